import FoundationEssentials

/// The files that this program comes with.
public enum Repository {
    /// The absolute path of a file that is named from the top of the repository.
    public static func path(_ file: String) -> String {
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/" + file
    }

    /// What stands in it; a file that is not there fails the test.
    public static func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path(file))), as: UTF8.self)
    }
}
