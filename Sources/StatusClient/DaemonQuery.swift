// The minimal HTTP client of a monitoring plug-in: a request and a response, or two, with one timeout for all of it. An
// HTTP library would also be loaded into the daemon, which is the same program.

import Glibc
package import HTTP
import Linux
package import SelfConnect

/// Requests to a daemon, with one timeout for all of them.
package struct DaemonQuery: Sendable {
    /// Maximum octets of a response: more than a summary in which half of all ports are reserved, one by one, and are
    /// shown twice.
    package static let contentLimit = 1 << 20

    /// Where the requests go.
    package let address: DaemonAddress
    private let authorization: String
    private let timeout: Duration
    private let deadline: Duration

    /// Begins now.
    ///
    /// - Parameter timeout: from now to the last octet of the last response.
    package init(to address: DaemonAddress, token: BearerToken? = nil, timeout: Duration) {
        self.address = address
        self.timeout = timeout
        deadline = Clock.monotonic + timeout
        authorization = token.map { "Authorization: \($0.credentials)\r\n" } ?? ""
    }

    /// Requests the counts and the most severe targets.
    package func summary() throws(ClientError) -> ReceivedResponse { try get("/v1/summary") }

    /// Requests the first targets with a verdict.
    package func targets(_ verdict: Verdict, limit: Int) throws(ClientError) -> ReceivedResponse {
        try get("/v1/targets?verdict=\(verdict.rawValue)&limit=\(limit)")
    }

    /// Sends a request and waits for the response. If the address stands for several places, uses the first with a
    /// listener.
    private func get(_ path: String) throws(ClientError) -> ReceivedResponse {
        // Without a Host field, which HTTP/1.0 does not require: a daemon on loopback rejects foreign host names.
        let request = Array("GET \(path) HTTP/1.0\r\nConnection: close\r\n\(authorization)\r\n".utf8)
        var faults: [ClientError] = []
        for place in address.places {
            do throws(ClientError) {
                return try send(request, to: place)
            } catch {
                guard error.isNoListener else { throw error }
                faults.append(error)
            }
        }
        guard let first = faults.first else { preconditionFailure("an address without a place") }
        throw first
    }

    private func send(_ request: [UInt8], to place: ListeningPlace) throws(ClientError) -> ReceivedResponse {
        let outcome: Result<ReceivedResponse, ClientError>
        do throws(SystemCallError) {
            let socket = try ClientSocket.connected(to: place, by: deadline)
            outcome = try exchange(request, over: socket, with: place)
        } catch {
            throw error.code == ETIMEDOUT ? .timedOut(address, timeout) : .system(error)
        }
        return try outcome.get()
    }

    private func exchange(
        _ request: [UInt8], over socket: borrowing ClientSocket, with place: ListeningPlace
    ) throws(SystemCallError) -> Result<ReceivedResponse, ClientError> {
        if let endpoint = place.endpoint, try socket.isSelfConnected() {
            return .failure(.selfConnected(endpoint))
        }
        try socket.send(request)
        var reader = ResponseReader(contentLimit: Self.contentLimit)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try socket.receive(into: &buffer)
            guard count > 0 else { return .failure(.invalidResponse(address, reader.faultAtEnd)) }
            do throws(ResponseError) {
                guard let response = try reader.append(buffer[..<count]) else { continue }
                socket.finish()
                return .success(response)
            } catch {
                return .failure(.invalidResponse(address, error))
            }
        }
    }
}

extension ClientError {
    /// Whether the place has no listener, so that no request was sent: the next place is tried.
    fileprivate var isNoListener: Bool {
        switch self {
        case .system(let error): error.operation == "connect"
        case .selfConnected: true
        case .timedOut, .invalidResponse: false
        }
    }
}
