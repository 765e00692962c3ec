import NIOCore

/// Says on a channel that a request has come.
struct RequestBegan: Sendable {}

/// Closes a connection some time after its last request: somebody who sends one without an end, or reads no answer, is not waited for.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    private let limit: TimeAmount
    private var alarm: Scheduled<Void>?

    init(_ limit: TimeAmount) { self.limit = limit }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is RequestBegan else { return context.triggerUserOutboundEvent(event, promise: promise) }
        alarm?.cancel()
        let channel = context.channel
        alarm = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        promise?.succeed(())
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func stop() {
        alarm?.cancel()
        alarm = nil
    }
}
