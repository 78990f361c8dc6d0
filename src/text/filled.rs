/// The template with a value in place of each of its words, the first of `words` that stands at a place. What a value
/// holds is not looked at again.
pub fn filled(template: &str, words: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        let found = words.iter().find_map(|(word, value)| Some((value, rest.strip_prefix(word)?)));
        if let Some((value, behind)) = found {
            text.push_str(value);
            rest = behind;
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_every_word_and_looks_at_no_value_again() {
        let words = [("\"NAME\"", "VERSION"), ("VERSION", "1.0"), ("  NONE\n", ""), ("é", "e")];
        let words = words.map(|(word, value)| (word, value.to_owned()));
        for (template, text) in [
            ("", ""),
            ("a \"NAME\", VERSION\n  NONE\né", "a VERSION, 1.0\ne"),
            ("NAME VERSIONVERSION", "NAME 1.01.0"),
        ] {
            assert_eq!(filled(template, &words), text);
        }
    }
}
