#include "CVersion.h"

#ifndef SELFCONNECTD_REVISION
#define SELFCONNECTD_REVISION 0
#endif

#ifndef SELFCONNECTD_FLAGS
#define SELFCONNECTD_FLAGS 0
#endif

const char *cversion_revision(void) { return SELFCONNECTD_REVISION; }
const char *cversion_flags(void) { return SELFCONNECTD_FLAGS; }
