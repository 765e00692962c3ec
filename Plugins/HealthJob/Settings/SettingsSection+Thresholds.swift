import JobKit

extension SettingsSection {
    /// Two thresholds of a value that is the worse the higher it is, as a section of its own: `cpu: {warning: 80, critical: 90}`.
    ///
    /// Where only `warning` is written, `critical` is half of the room left above it, up to `most`; without a `most` there is none then.
    /// - Parameters:
    ///   - standard: where nothing is written.
    ///   - most: what the value cannot exceed, for example 100 percent.
    mutating func thresholds(_ name: String, default standard: Thresholds, upTo most: Double? = nil, help: String) -> Thresholds {
        section(name, help: help) { $0.thresholds(default: standard, upTo: most) } ?? standard
    }

    /// The two settings of such a section.
    mutating func thresholds(default standard: Thresholds, upTo most: Double?) -> Thresholds {
        let range = 0...(most ?? 1e15)
        let warning = optionalNumber("warning", in: range, help: "Reached or exceeded: warning.")
        let critical = optionalNumber(
            "critical", in: range,
            help: "Reached or exceeded: critical."
                + (most == nil ? "" : " Where only warning is written: half of the room left above it."))
        let given = Thresholds(warning: warning, critical: critical)
        if let low = warning ?? (critical == nil ? nil : standard.warning), let critical, low >= critical {
            let writes = warning == nil ? "leaves warning at its default \(low.shortText)" : "has warning \(low.shortText)"
            report(
                .error, at: "critical",
                problem: "\(place()) \(writes), which does not lie below critical \(critical.shortText)",
                fix: "write a warning below \(critical.shortText)")
        }
        return given.completed(by: standard, upTo: most)
    }

    /// Where a setting of this section stands, for messages; paths of a kind's own rules begin below `with:`.
    func place(_ name: String...) -> String {
        Finding.name(of: (path.first == "with" ? [] : ["with"]) + path + name)
    }

    /// A number that may be left out.
    mutating func optionalNumber(_ name: String, in range: ClosedRange<Double>, help: String) -> Double? {
        number(read(SettingDeclaration(name: name, type: .number(range), help: help)))
    }

    /// A number.
    mutating func number(_ name: String, in range: ClosedRange<Double>, default standard: Double, help: String) -> Double {
        let declaration = SettingDeclaration(
            name: name, type: .number(range), standard: ConfigNode(.number(standard)), help: help)
        return number(read(declaration)) ?? standard
    }

    private func number(_ node: ConfigNode?) -> Double? {
        switch node?.value {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        case .null, .flag, .text, .list, .mapping, nil: nil
        }
    }
}

extension Thresholds {
    /// What is written, and for the rest the rules: nothing written is the standard; a warning alone brings its critical along.
    func completed(by standard: Thresholds, upTo most: Double?) -> Thresholds {
        switch (warning, critical) {
        case (nil, nil): standard
        case (let warning?, nil): Thresholds(warning: warning, critical: most.map { warning + ($0 - warning) / 2 })
        case (nil, let critical?): Thresholds(warning: standard.warning, critical: critical)
        case (.some, .some): self
        }
    }

    /// A warning with half of the room left above it as critical, in percent.
    static func percent(warning: Double) -> Thresholds {
        Thresholds(warning: warning, critical: nil).completed(by: Thresholds(), upTo: 100)
    }
}
