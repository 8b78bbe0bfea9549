extension Double {
    /// A share from 0 to 1 in percent with one decimal place, omitted if it is zero; rounded down.
    var percent: String {
        let tenths = Int(self * 1000)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
