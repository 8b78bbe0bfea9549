import TestSupport
import Testing

/// A real systemd for the time of one script: Resources/boot-systemd.sh, with the program and the unit as shipped.
enum Machine {
    /// Why none can be booted here; nil if one can.
    static let hindrance: String? = {
        do {
            let outcome = try run("true")
            return outcome.end == .exited(0) ? nil : outcome.output + outcome.errors
        } catch {
            return "\(error)"
        }
    }()

    /// Runs lines of shell as root beside the manager.
    ///
    /// - Parameter dropIn: lines for the section Service of the unit, in a drop-in.
    static func run(_ script: String, configuration: String = "", dropIn: String = "") throws -> Program.Outcome {
        let script = try TemporaryFile("#!/bin/bash\n" + script, suffix: ".sh")
        let configuration = try TemporaryFile(configuration)
        let libraries = try runtimeFolders().joined(separator: " ")
        let dropIn = try TemporaryFile(
            "[Service]\nBindReadOnlyPaths=\(libraries)\n\(dropIn)\n", suffix: ".conf")
        return try Program.run(
            "bash",
            [
                folder + "/Resources/boot-systemd.sh", "30", script.path,
                "\(Binary.path):/usr/bin/selfconnectd",
                "\(folder)/../../systemd/selfconnectd.service:/etc/systemd/system/selfconnectd.service",
                "\(folder)/../../systemd/notify-reload.conf:/etc/selfconnectd/notify-reload.conf",
                "\(dropIn.path):/etc/systemd/system/selfconnectd.service.d/test.conf",
                "\(configuration.path):/etc/selfconnectd/selfconnectd.yaml",
            ], within: .seconds(45))
    }

    /// Where the libraries of a build are that is linked to the toolchain's: the unit's root has only the system's.
    private static func runtimeFolders() throws -> Set<String> {
        let words = try Program.run("ldd", [Binary.path]).output.split(whereSeparator: \.isWhitespace)
        let paths = words.filter { $0.hasPrefix("/") && !$0.hasPrefix("/lib") && !$0.hasPrefix("/usr/") }
        return Set(paths.map { $0.split(separator: "/").dropLast().map { "/" + $0 }.joined() })
    }

    /// Where this file is: the harness is no part of the test bundle.
    private static var folder: String {
        #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }
}
