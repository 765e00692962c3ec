import ControlClient
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with JSON, for all sockets.
enum JSONResponse {
    static func make(_ status: HTTPResponse.Status, _ body: some Encodable) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: encoded(body) + [UInt8(ascii: "\n")])))
    }

    static func make(_ failure: ControlFailure) -> Response {
        let status: HTTPResponse.Status =
            switch failure.category {
            case .failed: .internalServerError
            case .usage: .badRequest
            case .notFound: .notFound
            case .refused: .forbidden
            case .unreachable: .serviceUnavailable
            case .busy: .conflict
            }
        return make(status, failure)
    }

    static func encoded(_ value: some Encodable) -> [UInt8] {
        do {
            return Array(try ControlCoding.encoder().encode(value))
        } catch {
            // Only a number that is not finite cannot be written.
            return Array(#"{"category":"failed","fix":"report it","problem":"the answer cannot be written as JSON"}"#.utf8)
        }
    }
}
