import CLinux

/// The command line of this process.
package enum ProgramArguments {
    /// The arguments of main(), starting with the program's name. Independent of /proc and the environment.
    package static var all: [String] {
        guard let pointer = clinux_arguments() else { return [] }
        return UnsafeBufferPointer(start: pointer, count: Int(clinux_argument_count())).compactMap { argument in
            argument.map { String(cString: $0) }
        }
    }
}
