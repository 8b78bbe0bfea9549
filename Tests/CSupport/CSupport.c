#define _GNU_SOURCE

#include "CSupport.h"

#include <sched.h>

int csupport_unshare_files(void) {
    return unshare(CLONE_FILES);
}
