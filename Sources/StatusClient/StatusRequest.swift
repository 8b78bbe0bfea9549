// The minimal HTTP client of a monitoring plug-in: one request, one response, one timeout for all of it. An HTTP
// library would also be loaded into the daemon, which is the same program.

import Glibc
package import HTTP
import Linux

/// A request for `/v1/status`.
package struct StatusRequest: Sendable {
    /// Maximum octets of a response: more than that of a daemon with 20,000 targets, the maximum.
    package static let contentLimit = 64 << 20

    private let address: DaemonAddress
    private let timeout: Duration
    private let request: [UInt8]

    /// Prepares a request.
    ///
    /// - Parameter timeout: for the whole exchange, from connecting to the last octet of the response.
    package init(to address: DaemonAddress, token: BearerToken? = nil, timeout: Duration) {
        self.address = address
        self.timeout = timeout
        // Without a Host field, which HTTP/1.0 does not require: a daemon on loopback rejects foreign host names.
        let authorization = token.map { "Authorization: \($0.credentials)\r\n" } ?? ""
        request = Array("GET /v1/status HTTP/1.0\r\nConnection: close\r\n\(authorization)\r\n".utf8)
    }

    /// Sends the request and waits for the response. If the address stands for several places, uses the first with a
    /// listener.
    package func send() throws(ClientError) -> ReceivedResponse {
        let deadline = Clock.monotonic + timeout
        var faults: [ClientError] = []
        for place in address.places {
            do throws(ClientError) {
                return try ask(place, by: deadline)
            } catch {
                guard error.saysThatNobodyListens else { throw error }
                faults.append(error)
            }
        }
        guard let first = faults.first else { preconditionFailure("an address without a place") }
        throw first
    }

    private func ask(_ place: ListeningPlace, by deadline: Duration) throws(ClientError) -> ReceivedResponse {
        let outcome: Result<ReceivedResponse, ClientError>
        do throws(SystemCallError) {
            let socket = try ClientSocket.connected(to: place, by: deadline)
            outcome = try exchange(over: socket, with: place)
        } catch {
            throw error.code == ETIMEDOUT ? .late(address, timeout) : .system(error)
        }
        return try outcome.get()
    }

    private func exchange(
        over socket: borrowing ClientSocket, with place: ListeningPlace
    ) throws(SystemCallError) -> Result<ReceivedResponse, ClientError> {
        if let endpoint = place.endpoint, try socket.isSelfConnected() {
            return .failure(.selfConnected(endpoint))
        }
        try socket.send(request)
        var reader = ResponseReader(contentLimit: Self.contentLimit)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try socket.receive(into: &buffer)
            guard count > 0 else { return .failure(.answer(address, reader.faultAtEnd)) }
            do throws(ResponseError) {
                guard let answer = try reader.take(buffer[..<count]) else { continue }
                socket.finish()
                return .success(answer)
            } catch {
                return .failure(.answer(address, error))
            }
        }
    }
}

extension ClientError {
    /// Whether to try the next place: no request has been sent.
    fileprivate var saysThatNobodyListens: Bool {
        switch self {
        case .system(let error): error.operation == "connect"
        case .selfConnected: true
        case .late, .answer: false
        }
    }
}
