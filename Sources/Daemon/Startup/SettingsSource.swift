package import Configuration
import Glibc

/// Settings with the file that they came from.
package struct LoadedSettings: Sendable {
    /// The settings, with what the command line says instead.
    package var configuration: Configuration
    /// The file; nil for the built-in defaults.
    package var path: String?
}

/// Where the settings come from, at the start and at each reload: a file, and what the command line says instead.
package struct SettingsSource: Sendable {
    /// The file that was named; nil: the default one, where it exists.
    package var named: String?
    /// Where the file is looked for when none was named.
    package var defaultPath: String
    /// Where to listen instead of where the file says; empty: as the file says.
    package var listen: [Located<ListenAddress>] = []
    /// The log level in place of the file's.
    package var logLevel: LogLevel?
    /// The log format in place of the file's.
    package var logFormat: LogFormat?

    /// The file alone.
    package init(named: String?, defaultPath: String) {
        self.named = named
        self.defaultPath = defaultPath
    }

    /// Reads and checks the file. Blocks for as long as that takes.
    ///
    /// - Parameters:
    ///   - isRequired: whether the default file has to be there too: one that was there and is not any more is
    ///   a fault, and no wish for the defaults.
    ///   - onlyRegular: whether a pipe, whose writer may never come, is refused.
    package func load(
        isRequired: Bool = false, onlyRegular: Bool = false
    ) throws(ConfigurationError) -> LoadedSettings {
        let path = named ?? defaultPath
        var settings = Configuration.default
        let isAbsent = access(path, F_OK) != 0 && errno == ENOENT
        let usesDefaults = isAbsent && named == nil && !isRequired
        if !usesDefaults { settings = try SettingsFile.load(path, onlyRegular: onlyRegular) }
        if !listen.isEmpty { settings.listen = listen }
        if let logLevel { settings.log.level = logLevel }
        if let logFormat { settings.log.format = logFormat }
        return LoadedSettings(configuration: settings, path: usesDefaults ? nil : path)
    }
}
