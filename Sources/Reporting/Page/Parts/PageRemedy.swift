import SelfConnect

/// What frees a port now, and what keeps it from clients from then on.
enum PageRemedy {
    /// The steps that free a port; empty without any.
    static func steps(_ steps: [RemedyStep], in namespace: String?) -> String {
        guard !steps.isEmpty else { return "" }
        let items = steps.map { step in
            let text = HTMLEscaping.escaped(step.text(in: namespace))
            return step.isCommand ? "<li><code class=\"copy\">\(text)</code></li>" : "<li>\(text)</li>"
        }
        let one = steps.count == 1
        return """
            <p class="label">\(one ? "This frees the port:" : several)</p>
            <\(one ? "ul" : "ol") class="steps">\(items.joined())</\(one ? "ul" : "ol")>

            """
    }

    private static let several =
        "Each of these frees the port. ss -K does it at once; the end of a process can take a minute."

    /// The line that reserves the ports of the daemon's own namespace; empty where nothing is to be reserved.
    static func html(_ snapshot: Snapshot, _ context: TargetContext) -> String {
        let targets = snapshot.targets
        let isNeeded = targets.indices.contains {
            targets[$0].finding.target.namespace == nil && targets[$0].finding.isToBeReserved
        }
        guard let remedy = context.ownRemedy, isNeeded || isNeededElsewhere(snapshot, remedy) else { return "" }
        return "<div class=\"remedy\">\n\(lasting(ShownRemedy(remedy)))</div>\n"
    }

    /// Whether a self-connection on a port that is not watched needs it.
    private static func isNeededElsewhere(_ snapshot: Snapshot, _ remedy: LastingRemedy) -> Bool {
        snapshot.unwatchedSelfConnections.contains {
            $0.namespace == nil && remedy.missing.contains($0.socket.local.port)
        }
    }

    /// The section of a target; empty where nothing is to be reserved.
    static func html(_ watched: WatchedTarget, _ context: TargetContext) -> String {
        guard watched.finding.isToBeReserved, let remedy = context.remedy(for: watched.target) else { return "" }
        let port = watched.target.endpoint.port
        let place = watched.target.namespace.map { " in \(HTMLEscaping.escaped($0))" } ?? ""
        return """
            <section>
            <h2>So that it does not happen again</h2>
            <p>Reserve port <b>\(port)</b>\(place): the kernel then gives it to no client.</p>
            <div class="remedy">
            \(lasting(remedy))</div>
            </section>
            """
    }

    private static func lasting(_ remedy: ShownRemedy) -> String {
        let line =
            remedy.lasting.map {
                "<p class=\"label\">The permanent remedy for all ports:</p><pre><code class=\"copy\">\($0)</code></pre>\n"
            } ?? ""
        let advice =
            remedy.isWithheld
            ? "" : "<p class=\"quiet\"><code class=\"copy\">selfconnectd advise</code> prints it as a file.</p>\n"
        let warning = remedy.warning.map { "<p>Warning: \($0).</p>\n" } ?? ""
        return line + advice + warning
    }
}
