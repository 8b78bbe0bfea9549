package import Linux

extension SystemCallError {
    /// Whether this process may not enter network namespaces at all.
    package var isMissingNamespacePrivilege: Bool { operation == "setns" && name == "EPERM" }

    /// What to do where a network namespace cannot be entered; empty if the error says it all.
    package var namespaceHint: String {
        switch (operation, name) {
        case ("setns", "EPERM"): "; that takes CAP_SYS_ADMIN, which systemd/namespaces.conf grants"
        case ("setns", "EINVAL"): "; the file stands for no network namespace"
        default: ""
        }
    }
}
