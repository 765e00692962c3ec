import FoundationEssentials

/// What an X.509 certificate (RFC 5280) says about its time and its owner. It proves nothing: what is read here is only reported, and whether
/// a chain is trusted is decided by the library that speaks TLS.
struct Certificate: Sendable, Hashable {
    let begins: Date
    let ends: Date
    /// The common name, or the organisation.
    let subject: String

    /// nil for bytes that are none.
    init?(der bytes: [UInt8]) {
        var outer = DERReader(bytes[...])
        guard let whole = outer.next(DERReader.sequence) else { return nil }
        var parts = whole.elements
        guard let signed = parts.next(DERReader.sequence) else { return nil }
        var fields = signed.elements
        // Version, serial number, algorithm, issuer, validity, subject.
        _ = fields.next(DERReader.firstOptional)
        guard fields.next(DERReader.integer) != nil, fields.next(DERReader.sequence) != nil, fields.next(DERReader.sequence) != nil,
            let validity = fields.next(DERReader.sequence), let subject = fields.next(DERReader.sequence)
        else { return nil }
        var times = validity.elements
        guard let begins = times.next().flatMap(Self.date), let ends = times.next().flatMap(Self.date) else { return nil }
        (self.begins, self.ends) = (begins, ends)
        self.subject = Self.name(subject)
    }

    /// The certificates of a text in PEM (RFC 7468), in its order; other blocks are left out.
    /// - Returns: nil when a block cannot be read.
    static func all(inPEM text: String) -> [Certificate]? {
        var certificates: [Certificate] = []
        var block: String?
        for line in text.split(whereSeparator: \.isNewline).map({ String($0).trimmed }) {
            switch line {
            case "-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----": block = ""
            case "-----END CERTIFICATE-----", "-----END TRUSTED CERTIFICATE-----":
                guard let bytes = block.flatMap({ Data(base64Encoded: $0) }), let certificate = Certificate(der: Array(bytes)) else {
                    return nil
                }
                certificates.append(certificate)
                block = nil
            case _: block?.append(line)
            }
        }
        return block == nil ? certificates : nil
    }

    /// `YYMMDDHHMMSSZ` for years until 2049, `YYYYMMDDHHMMSSZ` for later ones.
    private static func date(_ element: DERReader.Element) -> Date? {
        let text = String(decoding: element.content, as: UTF8.self)
        let digits = text.dropLast().compactMap(\.wholeNumberValue)
        let isShort = element.tag == DERReader.utcTime
        guard isShort || element.tag == DERReader.generalizedTime, text.hasSuffix("Z"), digits.count == text.count - 1,
            digits.count == (isShort ? 12 : 14)
        else { return nil }
        func number(_ place: Int, _ count: Int) -> Int { digits[place..<place + count].reduce(0) { $0 * 10 + $1 } }
        let written = number(0, isShort ? 2 : 4)
        let year = isShort ? written + (written < 50 ? 2000 : 1900) : written
        let start = isShort ? 2 : 4
        let (month, day) = (number(start, 2), number(start + 2, 2))
        guard 1...12 ~= month, 1...31 ~= day else { return nil }
        let seconds = number(start + 4, 2) * 3600 + number(start + 6, 2) * 60 + number(start + 8, 2)
        return Date(timeIntervalSince1970: Double(daysSince1970(year, month, day) * 86_400 + seconds))
    }

    /// Of the Gregorian calendar, with years that begin in March, so that the leap day is the last one.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let month = month <= 2 ? month + 9 : month - 3
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + (153 * month + 2) / 5 + day - 1
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The common name (2.5.4.3) of a subject, else its organisation (2.5.4.10), else its last part.
    private static func name(_ subject: DERReader.Element) -> String {
        var found: [[UInt8]: String] = [:]
        var last = ""
        var sets = subject.elements
        while var attributes = sets.next(DERReader.set)?.elements {
            while var parts = attributes.next(DERReader.sequence)?.elements {
                guard let kind = parts.next(DERReader.objectIdentifier), let value = parts.next() else { continue }
                last = String(decoding: value.content, as: UTF8.self).clipped(to: 200)
                found[Array(kind.content)] = last
            }
        }
        return found[[0x55, 4, 3]] ?? found[[0x55, 4, 10]] ?? last
    }
}
