import TestSupport

/// Libraries that are loaded before the program (ld.so(8), LD_PRELOAD).
enum Preload {
    /// nil if there is none: tests that need it are skipped.
    static let compiler = ["cc", "gcc", "clang"].first { Command.path(of: $0) != nil }

    /// A shared library of this source in C.
    static func library(_ source: String, in folder: String) throws -> String {
        let file = try TemporaryFile(source, suffix: ".c")
        let library = folder + "/preloaded.so"
        try Command.run(compiler ?? "cc", "-shared", "-fPIC", "-o", library, file.path)
        return library
    }
}
