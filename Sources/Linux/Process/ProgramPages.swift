// The start executes code that is not needed again: command line, configuration file, initialisation of the runtime.
// Its pages stay mapped and count as the daemon's memory until the host is short of memory.

import CLinux

/// The pages of the program and its libraries.
package enum ProgramPages {
    /// Unmaps unmodified pages of files. A page that is needed again is mapped again, with a minor fault per 64 KiB
    /// (madvise(2), MADV_DONTNEED).
    package static func release() {
        clinux_release_program_pages()
    }
}
