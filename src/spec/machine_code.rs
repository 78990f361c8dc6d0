//! Machine code in a file, as its first bytes tell: it runs on one system and processor alone.
//!
//! ELF (System V ABI, "Object Files"), Mach-O (Apple's `mach-o/loader.h` and `mach-o/fat.h`), PE (Microsoft, "PE Format").
//! What some other program runs everywhere is none: WebAssembly, Java, .NET (whose files are PE with a header of the
//! common language runtime), eBPF, and the executables of Cosmopolitan, which are all three formats at once.

/// How many bytes at the beginning of a file tell everything.
pub const HEAD: usize = 4096;

/// An operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// Linux, or another that loads ELF.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl System {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
        }
    }
}

/// What the code runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineCode {
    /// The system; none where only the file's name says that it is code.
    pub system: Option<System>,
    /// The processor as a wheel's platform tag names it: `x86_64`, `arm64`, `amd64`.
    pub processor: Option<&'static str>,
}

impl MachineCode {
    fn on(system: System, processor: Option<&'static str>) -> Self {
        Self { system: Some(system), processor }
    }
}

/// The code in a file of that name which begins with `head`; none where it holds no such code for certain.
pub fn of(name: &str, head: &[u8]) -> Option<MachineCode> {
    match head {
        [0x7f, b'E', b'L', b'F', ..] => elf(head),
        [b'M', b'Z', b'q', b'F', b'p', b'D', ..] => None,
        [b'M', b'Z', ..] => match pe(head) {
            Pe::Native(processor) => Some(MachineCode::on(System::Windows, processor)),
            Pe::Managed => None,
            Pe::None => by_name(name),
        },
        _ => mach_o(head).or_else(|| by_name(name)),
    }
}

/// What the name of a file says: of a library `libx.so.1`, `.dylib` or `.dll`, of an extension module `.so` or `.pyd`.
fn by_name(name: &str) -> Option<MachineCode> {
    let lower = name.to_ascii_lowercase();
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| lower.ends_with(suffix));
    let system = if ends(&[".dll", ".exe", ".pyd"]) {
        Some(System::Windows)
    } else if ends(&[".dylib"]) {
        Some(System::MacOs)
    } else if is_shared_object(&lower) {
        [("linux", System::Linux), ("darwin", System::MacOs)]
            .into_iter()
            .find_map(|(word, system)| lower.contains(word).then_some(system))
    } else {
        return None;
    };
    let known = ["x86_64", "aarch64", "arm64", "amd64", "win32"];
    let processor = known.into_iter().find(|processor| lower.contains(processor));
    Some(MachineCode { system, processor })
}

/// Whether the name ends in `.so`, with numbers behind perhaps.
fn is_shared_object(name: &str) -> bool {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let numbered = stem.len() < name.len() && name[stem.len()..].starts_with('.');
    stem.ends_with(".so") && (numbered || stem.len() == name.len())
}

/// An executable or shared ELF file; none for what no system of a user runs.
fn elf(head: &[u8]) -> Option<MachineCode> {
    let little = head.get(5) != Some(&2);
    let number = |at: usize| {
        let bytes: [u8; 2] = head.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    // an object file is for a linker, a core for a debugger
    if matches!(number(16), Some(1 | 4)) {
        return None;
    }
    let processor = match number(18) {
        Some(3) => Some("i686"),
        Some(21) => Some("ppc64le"),
        Some(22) => Some("s390x"),
        Some(40) => Some("armv7l"),
        Some(62) => Some("x86_64"),
        Some(183) => Some("aarch64"),
        Some(243) => Some("riscv64"),
        Some(_) => return None,
        None => None,
    };
    Some(MachineCode::on(System::Linux, processor))
}

/// What a file is that begins as programs of DOS do.
enum Pe {
    Native(Option<&'static str>),
    Managed,
    None,
}

fn pe(head: &[u8]) -> Pe {
    let number = |at: usize| {
        let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    let short = |at: usize| Some(u16::from_le_bytes(head.get(at..at + 2)?.try_into().ok()?));
    let Some(start) =
        number(0x3c).filter(|start| head.get(*start..).is_some_and(|rest| rest.starts_with(b"PE\0\0")))
    else {
        return Pe::None;
    };
    // behind the COFF header of 20 bytes; the directories follow 96 or, in PE32+, 112 bytes
    let optional = start + 24;
    let directories = optional + if short(optional) == Some(0x20b) { 112 } else { 96 };
    let runtime = directories + 14 * 8;
    if number(runtime).is_some_and(|address| address != 0) {
        return Pe::Managed;
    }
    Pe::Native(match short(start + 4) {
        Some(0x14c) => Some("win32"),
        Some(0x8664) => Some("amd64"),
        Some(0xaa64) => Some("arm64"),
        _ => None,
    })
}

/// A Mach-O file, thin or fat.
fn mach_o(head: &[u8]) -> Option<MachineCode> {
    let word = |at: usize| head.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    let (kind, little) = match word(0)? {
        [0xce | 0xcf, 0xfa, 0xed, 0xfe] => (word(4).map(u32::from_le_bytes), true),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf] => (word(4).map(u32::from_be_bytes), false),
        // the class files of Java begin alike, with a version of 45 at least where the number of processors stands
        [0xca, 0xfe, 0xba, 0xbe | 0xbf] => {
            let few = word(4).is_none_or(|count| u32::from_be_bytes(count) < 45);
            return few.then_some(MachineCode::on(System::MacOs, Some("universal2")));
        }
        _ => return None,
    };
    let object =
        word(12).map(|kind| if little { u32::from_le_bytes(kind) } else { u32::from_be_bytes(kind) });
    if object == Some(1) {
        return None;
    }
    let processor = match kind {
        Some(0x0100_0007) => Some("x86_64"),
        Some(0x0100_000c) => Some("arm64"),
        _ => None,
    };
    Some(MachineCode::on(System::MacOs, processor))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PE file whose fifteenth directory lies at `runtime`.
    fn pe_file(machine: u16, runtime: u32) -> Vec<u8> {
        let mut bytes = vec![0; 0x40];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x40;
        bytes.extend(b"PE\0\0");
        bytes.extend(machine.to_le_bytes());
        bytes.extend([0; 18]);
        bytes.extend(0x20b_u16.to_le_bytes());
        bytes.extend([0; 110 + 14 * 8]);
        bytes.extend(runtime.to_le_bytes());
        bytes
    }

    fn told(name: &str, head: &[u8]) -> Option<(&'static str, &'static str)> {
        let code = of(name, head)?;
        Some((code.system.map_or("", System::as_str), code.processor.unwrap_or("")))
    }

    #[test]
    fn the_first_bytes_tell() {
        let elf = |kind: u8, machine: u8| {
            [b"\x7fELF\x02\x01".as_slice(), &[0; 10], &[kind, 0, machine, 0]].concat()
        };
        let mach = |cpu: [u8; 4], kind: u8| {
            [&[0xcf, 0xfa, 0xed, 0xfe], &cpu, &[0; 4], &[kind, 0, 0, 0][..]].concat()
        };
        let fat = |count: u8| [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, count];
        for (name, head, code) in [
            ("tool", elf(3, 62), Some(("Linux", "x86_64"))),
            ("tool", elf(2, 183), Some(("Linux", "aarch64"))),
            ("x.o", elf(1, 62), None),
            ("probe.o", elf(2, 247), None),
            ("tool", b"\x7fELF".to_vec(), Some(("Linux", ""))),
            ("tool", mach([7, 0, 0, 1], 2), Some(("macOS", "x86_64"))),
            ("tool", mach([12, 0, 0, 1], 6), Some(("macOS", "arm64"))),
            ("x.o", mach([12, 0, 0, 1], 1), None),
            ("tool", vec![0xfe, 0xed, 0xfa, 0xce, 0, 0, 0, 18], Some(("macOS", ""))),
            ("tool", fat(2).to_vec(), Some(("macOS", "universal2"))),
            ("A.class", fat(61).to_vec(), None),
            ("tool", pe_file(0x8664, 0), Some(("Windows", "amd64"))),
            ("tool", pe_file(0x14c, 0), Some(("Windows", "win32"))),
            ("Managed.dll", pe_file(0x14c, 0x2008), None),
            ("notes", b"MZ, not a program".to_vec(), None),
            ("tool.com", b"MZqFpD='".to_vec(), None),
            ("core.wasm", b"\0asm\x01\0\0\0".to_vec(), None),
            ("run.sh", b"#!/bin/sh\n".to_vec(), None),
            ("empty", Vec::new(), None),
        ] {
            assert_eq!(told(name, &head), code, "{name} {head:?}");
        }
    }

    #[test]
    fn the_name_tells_where_the_bytes_do_not() {
        for (name, code) in [
            ("_core.cpython-313-x86_64-linux-gnu.so", Some(("Linux", "x86_64"))),
            ("_core.cpython-312-darwin.so", Some(("macOS", ""))),
            ("_core.cp312-win_amd64.pyd", Some(("Windows", "amd64"))),
            ("_core.abi3.so", Some(("", ""))),
            ("libtide.so.1.2", Some(("", ""))),
            ("libtide.dylib", Some(("macOS", ""))),
            ("TIDE.DLL", Some(("Windows", ""))),
            ("also", None),
            ("x.so1", None),
            ("notes.so.md", None),
            ("x.sol", None),
        ] {
            assert_eq!(told(name, b""), code, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(name in r"\PC{0,12}", head in proptest::collection::vec(0_u8..=255, 0..96), kind in 0_usize..5) {
            let magic: &[u8] = [&b"\x7fELF"[..], b"MZ", &[0xca, 0xfe, 0xba, 0xbe], &[0xcf, 0xfa, 0xed, 0xfe], b""][kind];
            let _ = of(&name, &[magic, &head].concat());
        }
    }
}
