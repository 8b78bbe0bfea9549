import Logging
import Monitor
import SelfConnect
import Systemd

/// Logs the reports of the probe thread, and asks the service manager for more time during a long first pass.
struct MonitorLog: MonitorDelegate {
    let log: LogSink
    let logger: Logger
    let manager: ServiceNotifier

    func didRecord(_ events: [Event], omitted: Int) {
        EventLogger(log: log).record(events, omitted: omitted)
    }

    func didNotice(_ notice: WatchNotice) {
        let line = LogLine(level: notice.isResolved ? .notice : .warning, message: notice.message)
        if line.level >= log.level { log.write(line) }
    }

    func didFail(_ fault: String) {
        logger.error("failed to query the kernel", metadata: ["error": "\(fault)"])
    }

    func didChangeEventStream(_ state: EventStream.State) {
        switch state {
        case .off: logger.info("events: false: what happens between two passes is not noticed")
        case .followed: logger.notice("destroy events are followed again")
        case .unavailable(let reason):
            logger.warning(
                "destroy events are not available: what happens between two passes is not noticed",
                metadata: ["error": "\(reason)"])
        }
    }

    func isStillStarting(needing time: Duration) {
        manager.notify(.extendTimeout(time), .status("looking at every target once"))
    }
}
