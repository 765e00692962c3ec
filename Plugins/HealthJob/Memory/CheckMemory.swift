/// What each check keeps from one run to the next, by the check's name; and what is kept of restarts, by that of their section.
typealias CheckMemory = [String: any Codable & Sendable]
