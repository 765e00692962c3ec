/// Tells a channel, by its name, one notice, once. What it says of failures holds no address and no secret: it is kept and shown.
package typealias AlertDelivery = @Sendable (_ notice: AlertNotice, _ channel: String) async -> DeliveryOutcome
