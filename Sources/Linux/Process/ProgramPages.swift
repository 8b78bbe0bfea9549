// Starting runs code that serving never runs again: the command line, the configuration file, the runtime's own look
// around. Its pages stay mapped, and count as the daemon's memory, until the host is short of memory.

import CLinux

/// The pages of the program and of its libraries.
public enum ProgramPages {
    /// Unmaps those that hold nothing but what lies in the files. What is needed again is mapped again, at the cost of a
    /// minor fault for each 64 KiB (madvise(2), MADV_DONTNEED).
    public static func release() {
        clinux_release_program_pages()
    }
}
