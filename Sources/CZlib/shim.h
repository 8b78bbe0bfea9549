/* zlib, for gzip. */
#pragma once

#include <zlib.h>

/* deflateInit2 is a macro that tells the library which header the caller was compiled with. */
static inline int czlib_deflate_init_raw(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
