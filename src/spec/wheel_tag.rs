//! What a wheel says of where it runs: the tag of its name and of its `WHEEL` file.
//!
//! [Platform compatibility tags](https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/):
//! "The tag format is `{python tag}-{abi tag}-{platform tag}`", and "bdist filename tags can be compressed", each part
//! then being several joined by `.`. Which platforms an index takes is the index's business: PyPI takes no `linux_x86_64`,
//! as that says nothing of the C library.

use std::fmt;

/// The tag of a wheel, compressed perhaps: `py3-none-any`, `cp312-abi3-win_amd64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WheelTag {
    text: String,
}

/// Why a text is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WheelTagFault {
    /// Not three parts.
    #[error("a tag has three parts joined by `-`: Python, ABI and platform")]
    Parts,
    /// A part, or a piece of one, is empty or has a letter that no tag has.
    #[error("a tag has small letters, digits and `_` alone, and `.` between alternatives")]
    Letters,
    /// A part that is no Python.
    #[error("its first part is no Python, such as `py3` or `cp312`")]
    Python,
}

impl WheelTag {
    /// The tag of a wheel without a setting: pure Python, any platform.
    pub fn pure() -> Self {
        Self { text: "py3-none-any".to_owned() }
    }

    /// Reads a tag.
    ///
    /// # Errors
    /// When it has not the form of one.
    pub fn parse(text: &str) -> Result<Self, WheelTagFault> {
        let tag = Self { text: text.to_owned() };
        if text.split('-').count() != 3 {
            return Err(WheelTagFault::Parts);
        }
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_piece = |piece: &str| !piece.is_empty() && piece.bytes().all(is_letter);
        if !text.split(['-', '.']).all(is_piece) {
            return Err(WheelTagFault::Letters);
        }
        // "py", "cp", "pp" and the names of other implementations, each with the version behind
        let is_python = |piece: &str| {
            let version = piece.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
            version.len() < piece.len() && version.starts_with(|digit: char| digit.is_ascii_digit())
        };
        if !tag.pythons().all(is_python) {
            return Err(WheelTagFault::Python);
        }
        Ok(tag)
    }

    /// Whether the wheel runs on every platform.
    pub fn is_for_any_platform(&self) -> bool {
        self.platforms().any(|platform| platform == "any")
    }

    /// A platform that PyPI takes no wheel for: a Linux of which the C library is not said.
    pub fn bare_linux(&self) -> Option<&str> {
        let taken = ["linux_armv6l", "linux_armv7l"];
        self.platforms().find(|platform| platform.starts_with("linux_") && !taken.contains(platform))
    }

    /// The Pythons: `py3`, `cp312`.
    pub fn pythons(&self) -> impl Iterator<Item = &str> {
        self.part(0)
    }

    /// The ABIs: `none`, `abi3`, `cp312`.
    pub fn abis(&self) -> impl Iterator<Item = &str> {
        self.part(1)
    }

    /// The platforms: `any`, `win_amd64`.
    pub fn platforms(&self) -> impl Iterator<Item = &str> {
        self.part(2)
    }

    /// Each tag that the compressed one stands for.
    pub fn expanded(&self) -> impl Iterator<Item = String> {
        let abis = move |python| self.abis().map(move |abi| (python, abi));
        let pairs = self.pythons().flat_map(abis);
        pairs.flat_map(|(python, abi)| {
            self.platforms().map(move |platform| format!("{python}-{abi}-{platform}"))
        })
    }

    fn part(&self, index: usize) -> impl Iterator<Item = &str> {
        self.text.split('-').nth(index).unwrap_or_default().split('.')
    }
}

impl fmt::Display for WheelTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_three_parts() {
        for (text, fault) in [
            ("py3-none-any", None),
            ("py2.py3-none-any", None),
            ("cp312-abi3-win_amd64", None),
            ("cp313-cp313t-macosx_11_0_arm64", None),
            ("pp310-pypy310_pp73-manylinux_2_17_x86_64.manylinux2014_x86_64", None),
            ("py3-none-linux_x86_64", None),
            ("", Some(WheelTagFault::Parts)),
            ("win_amd64", Some(WheelTagFault::Parts)),
            ("py3-none", Some(WheelTagFault::Parts)),
            ("1-py3-none-any", Some(WheelTagFault::Parts)),
            ("py3-none-", Some(WheelTagFault::Letters)),
            ("py3-none-Win_AMD64", Some(WheelTagFault::Letters)),
            ("py3-none-macosx_11.0_arm64 ", Some(WheelTagFault::Letters)),
            ("py3-none-any/../x", Some(WheelTagFault::Letters)),
            ("none-any-py3", Some(WheelTagFault::Python)),
            ("312-cp312-any", Some(WheelTagFault::Python)),
        ] {
            assert_eq!(WheelTag::parse(text).err(), fault, "{text}");
        }
    }

    #[test]
    fn a_compressed_tag_stands_for_several() {
        let tag = WheelTag::parse("py2.py3-none-win32.win_amd64").expect("it is one");
        let all = ["py2-none-win32", "py2-none-win_amd64", "py3-none-win32", "py3-none-win_amd64"];
        assert_eq!(tag.expanded().collect::<Vec<_>>(), all);
        assert_eq!(tag.bare_linux(), None);
        let bare = WheelTag::parse("py3-none-linux_armv7l.linux_x86_64").expect("it is one");
        assert_eq!(bare.bare_linux(), Some("linux_x86_64"));
        assert!(!tag.is_for_any_platform() && WheelTag::pure().is_for_any_platform());
    }
}
