// What only the build knows: SwiftPM can define values for C alone, and no file has to be written into the sources.

#pragma once

/// The commit that this was built from, with "-dirty" where files differed from it; NULL where the build did not say.
const char *_Nullable cversion_revision(void);

/// The flags of `swift build`; NULL where the build did not say.
const char *_Nullable cversion_flags(void);
