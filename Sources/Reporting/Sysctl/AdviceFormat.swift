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
        switch self {
        case .sysctl: return AdviceText.file(advices)
        case .ansible:
            return AdviceText.comments(advices)
                + (AdviceText.assigned(advices, keeping: PortSet()).map(Self.task) ?? "")
        // Each pod has a document of its own.
        case .kubernetes:
            return advices.isEmpty ? AdviceText.comments([]) : advices.map(Self.pod).joined(separator: "---\n")
        }
    }

    private static func pod(_ advice: Advice) -> String {
        let comments = AdviceText.comments([advice], namesPlace: false)
        guard let remedy = advice.remedy, !remedy.ports.isEmpty, advice.namespace == nil || !remedy.needed.isEmpty
        else {
            return comments
        }
        return comments + pod(remedy)
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
