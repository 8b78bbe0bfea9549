// libFuzzer's entry for programs with a main of their own (FuzzerInterface.h of compiler-rt).

#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *_Nonnull argc, char *_Nullable *_Nonnull *_Nonnull argv,
                        int (*_Nonnull test)(const uint8_t *_Nullable data, size_t size));
