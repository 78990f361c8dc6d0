//! Words in a row, as a message shows them.

/// The words in backticks with commas between.
pub fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
