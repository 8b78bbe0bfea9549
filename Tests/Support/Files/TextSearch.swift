import Glibc

extension String {
    /// Whether it contains this text, octet by octet; `contains` of a debug build needs seconds for megabytes.
    package func includes(_ text: String) -> Bool { strstr(self, text) != nil }
}
