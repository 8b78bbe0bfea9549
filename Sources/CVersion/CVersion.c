#include "CVersion.h"

#ifndef SELFCONNECTD_REVISION
#define SELFCONNECTD_REVISION 0
#endif

const char *cversion_revision(void) { return SELFCONNECTD_REVISION; }
