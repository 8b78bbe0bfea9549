package import Configuration
import Glibc

/// A configuration with the file that it was read from.
package struct LoadedSettings: Sendable {
    /// The configuration, with the overrides of the command line applied.
    package var configuration: Configuration
    /// The file; nil for the built-in defaults.
    package var path: String?
}

/// The source of the configuration, at the start and at each reload: a file, and overrides from the command line.
package struct SettingsSource: Sendable {
    /// The file given on the command line; nil: the default file, if it exists.
    package var named: String?
    /// The default file.
    package var defaultPath: String
    /// Addresses that replace those of the file; empty: no override.
    package var listen: [Located<ListenAddress>] = []
    /// The log level that replaces the file's.
    package var logLevel: LogLevel?
    /// The log format that replaces the file's.
    package var logFormat: LogFormat?

    /// A source without overrides.
    package init(named: String?, defaultPath: String) {
        self.named = named
        self.defaultPath = defaultPath
    }

    /// Reads and checks the file. Blocks.
    ///
    /// - Parameters:
    ///   - isRequired: whether the default file must exist: if it existed before, its absence is a fault.
    ///   - onlyRegular: whether pipes are rejected; opening one may block forever.
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
