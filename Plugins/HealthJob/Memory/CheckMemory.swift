/// What each check keeps from one run to the next, by the check's name.
typealias CheckMemory = [String: any Codable & Sendable]
