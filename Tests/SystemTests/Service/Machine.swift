import Glibc
import TestSupport
import Testing

/// A real systemd for the duration of one script: Resources/boot-systemd.sh, with the program and the unit as shipped.
enum Machine {
    /// Why none can be booted here, or SELFCONNECTD_NO_SYSTEMD: why none is to be; nil if one can.
    static let hindrance: String? = {
        if let reason = getenv("SELFCONNECTD_NO_SYSTEMD") { return String(cString: reason) }
        do {
            let outcome = try run("true")
            return outcome.end == .exited(0) ? nil : outcome.output + outcome.errors
        } catch {
            return "\(error)"
        }
    }()

    /// Runs a shell script as root beside the manager. Units and drop-ins are where a package has them. Scripts wait
    /// without a limit: the machine is switched off at the end.
    ///
    /// - Parameter dropIn: lines for the section Service of the unit, in a drop-in.
    static func run(_ script: String, configuration: String = "", dropIn: String = "") throws -> Program.Outcome {
        let seconds = 2 * Int(Waiting.limit.components.seconds)
        let script = try TemporaryFile("#!/bin/bash\n" + script, suffix: ".sh")
        let configuration = try TemporaryFile(configuration)
        let libraries = try runtimeFolders().joined(separator: " ")
        let dropIn = try TemporaryFile(
            "[Service]\nBindReadOnlyPaths=\(libraries)\n\(dropIn)\n", suffix: ".conf")
        let units = ["selfconnectd.service", "selfconnectd.socket", "selfconnectd-unix.socket"]
        let dropIns = ["namespaces.conf", "notify-reload.conf", "token.conf"]
        return try Program.run(
            "bash",
            [
                folder + "/Resources/boot-systemd.sh", "\(seconds)", script.path,
                "\(Binary.path):/usr/bin/selfconnectd",
                "\(dropIn.path):/etc/systemd/system/selfconnectd.service.d/test.conf",
                "\(configuration.path):/etc/selfconnectd/selfconnectd.yaml",
            ]
                + units.map { "\(Repository.path("systemd/\($0)")):/etc/systemd/system/\($0)" }
                + dropIns.map { "\(Repository.path("systemd/\($0)")):/usr/share/selfconnectd/\($0)" },
            within: .seconds(seconds + 15))
    }

    /// The folders of the toolchain's libraries if the build is linked to them: the unit's root only has the system's.
    private static func runtimeFolders() throws -> Set<String> {
        let words = try Program.run("ldd", [Binary.path]).output.split(whereSeparator: \.isWhitespace)
        let paths = words.filter { $0.hasPrefix("/") && !$0.hasPrefix("/lib") && !$0.hasPrefix("/usr/") }
        return Set(paths.map { $0.split(separator: "/").dropLast().map { "/" + $0 }.joined() })
    }

    /// The folder of this file: the harness is not part of the test bundle.
    private static var folder: String {
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
    }
}
