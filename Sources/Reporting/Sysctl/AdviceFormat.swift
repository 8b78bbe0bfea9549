package import SelfConnect

/// What advice is written for.
package enum AdviceFormat: String, CaseIterable, Sendable {
    /// A file of sysctl.d(5).
    case sysctl = "sysctl.d"
    /// The `securityContext` of a pod (Kubernetes 1.27 counts this sysctl among the safe ones).
    case kubernetes
    /// A task of Ansible.
    case ansible

    /// The text, with comments that say why. Without an assignment where there is nothing to reserve.
    package func text(_ advices: [Advice]) -> String {
        if self == .sysctl { return AdviceText.file(advices) }
        let comments = AdviceText.comments(advices)
        guard let remedy = AdviceText.assigned(advices, keeping: PortSet()) else { return comments }
        return comments + (self == .kubernetes ? Self.pod(remedy) : Self.task(remedy))
    }

    private static func pod(_ remedy: LastingRemedy) -> String {
        """
        spec:
          securityContext:
            sysctls:
              - name: \(LastingRemedy.key)
                value: "\(remedy.ports)"

        """
    }

    private static func task(_ remedy: LastingRemedy) -> String {
        """
        - name: Reserve the ports of local servers
          ansible.posix.sysctl:
            name: \(LastingRemedy.key)
            value: "\(remedy.ports)"
            sysctl_file: \(AdviceText.path)
            sysctl_set: true

        """
    }
}
