import JobKit

/// Names that must be found, and what they must lead to.
struct DNSLookups: SectionCheck {
    typealias Memory = NoMemory

    struct Lookup: Sendable, Hashable {
        let target: String
        let host: String
        /// Empty for any.
        let addresses: [String]
        /// nil for the system's way.
        let server: NameServer?
    }

    static let name = "dns"
    static let help = "Names that must be found; no such name, a server that fails and one that is silent are told apart."
    static let isUsual = false

    let lookups: [Lookup]
    let timeout: Duration

    init(from section: inout SettingsSection, common: CommonSettings) {
        lookups = section.sectionMap("names", help: "A name for each lookup, for example main, with its host.") {
            Self.lookup($0, from: &$1)
        }
        timeout = section.duration(
            "timeout", in: .milliseconds(10)...(.seconds(60)), default: .seconds(5), help: "No answer by then is critical.")
        if lookups.isEmpty {
            section.report(
                .error, at: "names", part: .key, problem: "\(section.place()) names nothing to look up",
                fix: "add for example names: {discord: {host: discord.com}}")
        }
    }

    private static func lookup(_ name: String, from section: inout SettingsSection) -> Lookup {
        let host = section.requiredText("host", help: "The name that is looked up.")
        let addresses = section.textList(
            "addresses", orSingle: true, help: "Where it must lead; another address is critical, a missing one a warning.")
        let server = section.optionalText("server", help: "Name server that is asked, host or host:port; without it the system's way.")
        for address in addresses where AddressText.canonical(address) == nil {
            section.report(
                .error, at: "addresses",
                problem: "\(section.place("addresses")) has \"\(address.clipped(to: 64))\", which is no address",
                fix: "write an IPv4 or an IPv6 address")
        }
        let endpoint = server.flatMap { Endpoint($0, standard: 53) }
        if server != nil, endpoint == nil {
            section.report(
                .error, at: "server", problem: "\(section.place("server")) is no name server",
                fix: "write an address, with :PORT where it is not 53")
        }
        return Lookup(
            target: name, host: host, addresses: addresses.compactMap(AddressText.canonical), server: endpoint.map(NameServer.init))
    }

    /// The second timeout is for the question why.
    private var limit: Duration { SideBySide.time(for: lookups.count, each: timeout * 2 + .seconds(1)) }
    var deadline: Duration { limit + SideBySide.reserve }
    var targets: [String] { lookups.map(\.target) }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let (timeout, root) = (timeout, scene.root)
        return SideBySide.map(lookups, within: limit) {
            WireEvent.Check(Self.name, $0.target, unknown: $1)
        } _: {
            DNSLook(lookup: $0, timeout: timeout, root: root).result()
        }
    }
}
