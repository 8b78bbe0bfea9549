"""The operators of Swift sources that can be exchanged, and the sources in which they are."""

import dataclasses
import re

# What an operator becomes, its precedence, and the kind of its operands.
BINARY = {
    "==": ("!=", "ComparisonPrecedence", "equal"), "!=": ("==", "ComparisonPrecedence", "equal"),
    "<": ("<=", "ComparisonPrecedence", "order"), "<=": ("<", "ComparisonPrecedence", "order"),
    ">": (">=", "ComparisonPrecedence", "order"), ">=": (">", "ComparisonPrecedence", "order"),
    "&&": ("||", "LogicalConjunctionPrecedence", "logic"), "||": ("&&", "LogicalDisjunctionPrecedence", "logic"),
    "+": ("-", "AdditionPrecedence", "sum"), "-": ("+", "AdditionPrecedence", "sum"),
}

# swift-format writes spaces around binary operators, and none around generic arguments.
OPERATOR = re.compile(r"(?<= )(==|!=|<=|>=|<|>|&&|\|\||\+|-)(?= |\n)|(?<=[ (\[,])(!)(?=[\w(])|(?<=[ (])(?<!while )\b(true|false)\b")

# The number of a change is written with these, so that each has an operator of its own.
DIGITS = "←↑→↓↔↕↖↗"


@dataclasses.dataclass
class Mutant:
    file: str
    line: int
    offset: int
    text: str
    source: str
    group: str
    column: int
    number: int = 0

    @property
    def replacement(self):
        if self.text in BINARY:
            return BINARY[self.text][0]
        return {"!": "", "true": "false", "false": "true"}[self.text]

    @property
    def key(self):
        """What names it in survivors.tsv: the file, the text of the line, and which operator of the line it is."""
        return (self.file, self.source.strip(), f"{self.text}{self.column}")

    @property
    def code(self):
        number, digits = self.number, ""
        while number:
            number, digit = divmod(number, len(DIGITS))
            digits = DIGITS[digit] + digits
        if self.text in ("true", "false"):
            return f"Mutants.value({self.number}, {self.text})"
        return self.text + digits

    def __str__(self):
        return "\t".join([f"{self.file}:{self.line}", self.source.strip(), f"{self.text}{self.column}",
                          f"becomes {self.replacement or 'nothing'}"])


def blanked(source):
    """The source with spaces for comments and literals of text, of the same length."""
    literal = re.compile(r'//[^\n]*|/\*.*?\*/|#*""".*?"""#*|#"[^\n]*?"#|"(?:\\\((?:[^()]|\([^()]*\))*\)|\\.|[^"\\\n])*"', re.DOTALL)
    return literal.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)


def is_declaration(line):
    """Whether operators of the line may belong to the constraints of a declaration, or declare an operator."""
    return re.search(r"\bwhere\b.*==|\bfunc [^\w\s]", line) and re.match(r"\s*(@|[\w ]*\b(extension|func|init|struct|enum)\b)", line)


def mutants(source, file, group):
    text = blanked(source)
    found = []
    start = 0
    for number, (line, plain) in enumerate(zip(source.split("\n"), text.split("\n")), start=1):
        if not is_declaration(plain):
            for column, match in enumerate(OPERATOR.finditer(plain + "\n"), start=1):
                found.append(Mutant(file, number, start + match.start(), match.group(), line, group, column))
        start += len(line) + 1
    return found


def changed(source, mutants):
    for mutant in sorted(mutants, key=lambda mutant: -mutant.offset):
        source = source[:mutant.offset] + mutant.code + source[mutant.offset + len(mutant.text):]
    return source


def concatenations(name, active):
    """The same operator between texts and collections: the change leaves out the second one."""
    kinds = [
        ("A: RangeReplaceableCollection, B: RangeReplaceableCollection", "A", "a"),
        ("A: RangeReplaceableCollection, B: Sequence", "A", "a"),
        ("A: Sequence, B: RangeReplaceableCollection", "B", "B(a)"),
    ]
    return [f"func {name}<{kind}>(a: A, b: B) -> {result} where A.Element == B.Element {{ {active} ? {first} : a + b }}"
            for kind, result, first in kinds]


def definitions(mutants):
    """A source file with the operators of one module."""
    lines = [
        "internal import Glibc", "",
        "enum Mutants {",
        "    static let active = getenv(\"SELFCONNECTD_MUTANT\").flatMap { Int(String(cString: $0)) } ?? 0",
        "    static func value(_ number: Int, _ value: Bool) -> Bool { active == number ? !value : value }",
        "}",
    ]
    for mutant in mutants:
        if mutant.text in ("true", "false"):
            continue
        name, text, other = mutant.code, mutant.text, mutant.replacement
        active = f"Mutants.active == {mutant.number}"
        if text == "!":
            lines += [f"prefix operator {name}", f"prefix func {name} (a: Bool) -> Bool {{ {active} ? a : !a }}"]
            continue
        _, precedence, kind = BINARY[text]
        lines.append(f"infix operator {name} : {precedence}")
        if kind == "logic":
            lines.append(
                f"func {name} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool "
                f"{{ {active} ? try a {other} b() : try a {text} b() }}")
        elif kind == "equal":
            body = f"{{ {active} ? a {other} b : a {text} b }}"
            lines.append(f"@_disfavoredOverload func {name}<T: Equatable>(a: T, b: T) -> Bool {body}")
            lines.append(f"func {name}<T>(a: T?, b: _OptionalNilComparisonType) -> Bool {body}")
        elif kind == "order":
            lines.append(f"func {name}<T: Comparable>(a: T, b: T) -> Bool {{ {active} ? a {other} b : a {text} b }}")
        else:
            lines.append(
                f"func {name}<T: AdditiveArithmetic>(a: T, b: T) -> T {{ {active} ? a {other} b : a {text} b }}")
            if text == "+":
                lines += concatenations(name, active)
    return "\n".join(lines) + "\n"
