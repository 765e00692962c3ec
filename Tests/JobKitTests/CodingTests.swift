import Foundation
import JobKit
import Testing

@Suite struct CodingTests {
    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try WireCoding.decoder().decode(Value.self, from: WireCoding.encoder().encode(value))
    }

    @Test(
        "types of settings survive the wire",
        arguments: [
            SettingType.flag, .anything, .integer(1...3), .integer(.min ... .max), .number(0.5...1.5), .text(.absolutePath),
            .choice(["a", "b"]),
            .duration(1...60_000), .bytes(1...4096), .percent(0...100), .list(of: .text(.name), orSingle: true), .map(of: .integer(0...1)),
            .section([SettingDeclaration(name: "a", type: .flag, required: true, standard: ConfigNode(.flag(true)), help: "h")]),
        ])
    func survives(_ type: SettingType) throws { #expect(try roundTrip(type) == type) }

    @Test(
        "types of foreign plugins that cannot be are refused",
        arguments: [
            #"{"type":"integer","min":3,"max":1}"#, #"{"type":"colour"}"#, #"{"type":"list"}"#, #"{}"#, #"{"type":"text","form":"odd"}"#,
        ])
    func refuses(_ json: String) {
        #expect(throws: DecodingError.self) { try WireCoding.decoder().decode(SettingType.self, from: Data(json.utf8)) }
    }

    @Test func bordersThatAreNotGivenAreTheWidest() throws {
        let type = try WireCoding.decoder().decode(SettingType.self, from: Data(#"{"type":"integer"}"#.utf8))
        #expect(type == .integer(.min ... .max))
    }

    @Test(
        "nodes survive JSON",
        arguments: [
            #"null"#, #"true"#, #"-9223372036854775808"#, #"1.5"#, #""text ü /""#, #"[]"#, #"{}"#, #"{"a":[1,{"b":null}],"c":"d"}"#,
        ])
    func nodeSurvives(_ json: String) throws {
        let node = try WireCoding.decoder().decode(ConfigNode.self, from: Data(json.utf8))
        #expect(String(decoding: try WireCoding.encoder().encode(node), as: UTF8.self) == json)
        #expect(try roundTrip(node) == node)
    }

    @Test(
        "events survive their line",
        arguments: [
            WireEvent.log(.init(level: .warning, message: "a\n\"b\"", fields: ["k": "v"])),
            .progress(.init(done: 1, total: nil, unit: "bytes")),
            .metric(.init(name: "size", value: 1.5, unit: "bytes")), .artifact(.init(path: "/a b", size: 3, sha256: nil)),
            .mark(.init(mark: "maintenance", unit: "u", until: Date(timeIntervalSince1970: 1_800_000_000.5))),
            .check(.init(name: "cpu", state: .critical)),
            .result(.init(outcome: .failed, summary: "s", numbers: ["n": 1], retry: .cannotHelp)),
        ])
    func eventSurvives(_ event: WireEvent) throws {
        let line = try event.line()
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(String(decoding: line.prefix(5), as: UTF8.self) == "{\"t\":")
        #expect(try WireEvent(line: line) == event)
    }

    /// A plugin has to tell "nothing is known" from "none".
    @Test func noListOfMaintenanceIsNotAnEmptyOne() throws {
        let mark = WireFacts.Maintenance(unit: "bot.service", until: Date(timeIntervalSince1970: 1_800_000_000.5), run: "01U")
        for facts in [WireFacts(), WireFacts(maintenance: []), WireFacts(maintenance: [mark])] { #expect(try roundTrip(facts) == facts) }
        let text = String(decoding: try WireCoding.encoder().encode(WireFacts(maintenance: [mark])), as: UTF8.self)
        #expect(text == #"{"maintenance":[{"run":"01U","unit":"bot.service","until":"2027-01-15T08:00:00.500Z"}]}"#)
        #expect(String(decoding: try WireCoding.encoder().encode(WireFacts()), as: UTF8.self) == "{}")
    }

    @Test(
        "lines that are no events are refused",
        arguments: ["", "{}", "word", #"{"t":"other"}"#, #"{"t":"log"}"#, #"{"t":"result","outcome":"odd"}"#])
    func refusesLine(_ line: String) { #expect(throws: (any Error).self) { try WireEvent(line: Array(line.utf8)) } }
}
