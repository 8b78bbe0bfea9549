import FoundationEssentials

/// The files of the repository.
package enum Repository {
    /// The absolute path of a file relative to the top of the repository.
    package static func path(_ file: String) -> String {
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/" + file
    }

    /// Its contents; a missing file fails the test.
    package static func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path(file))), as: UTF8.self)
    }
}
