// The description is a file: it has the words of the enumerations, and explains every key.

import FoundationEssentials
import Primitives
import Reporting
import SelfConnect
import Testing

@Suite struct OpenAPISchemaTests {
    /// A JSON Schema, as far as the description uses it. That `additionalProperties` is false cannot be decoded: a new key
    /// must not break a client.
    private final class Schema: Decodable {
        let reference: String?
        let description: String?
        let words: [String]?
        let required: [String]?
        let properties: [String: Schema]?
        let additionalProperties: Schema?
        let items: Schema?
        let parts: [Schema]?

        private enum CodingKeys: String, CodingKey {
            case reference = "$ref"
            case words = "enum"
            case parts = "allOf"
            case description, required, properties, additionalProperties, items
        }

        /// This schema and those inside it.
        var all: [Schema] {
            let inner = (properties.map { Array($0.values) } ?? []) + (parts ?? [])
            return [self] + (inner + [additionalProperties, items].compactMap(\.self)).flatMap(\.all)
        }
    }

    private struct Description: Decodable {
        struct Information: Decodable { let version: String }
        struct Components: Decodable { let schemas: [String: Schema] }

        let info: Information
        let components: Components
    }

    private static func description() throws -> Description {
        try JSONDecoder().decode(Description.self, from: Data(JSONDocuments.openAPI.octets))
    }

    private static func words<Word: CaseIterable & RawRepresentable<String>>(_: Word.Type) -> [String] {
        Word.allCases.map(\.rawValue)
    }

    @Test(
        "The values of each enumeration are those of the program, in order",
        arguments: [
            ("Verdict", words(Verdict.self)), ("Severity", words(Severity.self)),
            ("ClientKind", words(ClientKind.self)),
            ("Proof", words(Proof.self)), ("ExposureLevel", words(Exposure.Level.self)),
            ("TargetSource", words(Target.Source.self)), ("HolderState", words(Holder.State.self)),
            ("ProbeOutcome", words(Observation.Outcome.self)), ("PortOutcome", words(PortMap.Outcome.self)),
            ("ServerAnswer", words(ServerAccess.Answer.self)), ("SocketSource", words(KernelFacts.SocketSource.self)),
            ("EventKind", words(Event.Kind.self)), ("GuardState", words(GuardState.Name.self)),
        ])
    func enumeration(_ name: String, _ words: [String]) throws {
        #expect(try Self.description().components.schemas[name]?.words == words)
    }

    @Test("Every key has a description, and every required key is described") func descriptions() throws {
        let schemas = try Self.description().components.schemas
        for (name, schema) in schemas {
            #expect(schema.description?.isEmpty == false, "\(name)")
            for inner in schema.all {
                for (key, value) in inner.properties ?? [:] {
                    let target = value.reference.flatMap {
                        schemas[String($0.dropFirst("#/components/schemas/".count))]
                    }
                    #expect((value.description ?? target?.description)?.isEmpty == false, "\(name).\(key)")
                }
                let missing = (inner.required ?? []).filter { inner.properties?[$0] == nil }
                #expect(missing.isEmpty, "\(name)")
            }
        }
    }

    @Test("The description has the program's version") func version() throws {
        #expect(try Self.description().info.version == Version.number)
    }
}
