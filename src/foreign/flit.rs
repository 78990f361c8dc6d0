//! Flit: <https://flit.pypa.io/en/stable/pyproject_toml.html>.

use super::{Backend, Known, Wheel, plain};

pub(crate) static BACKEND: Backend = Backend { name: "flit", begins: &["flit_core.", "flit."], select };

fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    let named = ["tool.flit.module.name", "tool.flit.metadata.module"].iter().find_map(|key| known.text(key));
    let name = named.unwrap_or_else(|| known.name.replace('-', "_"));
    let path = name.replace('.', "/");
    let places = ["", "src/"].map(|root| [(root, path.clone()), (root, format!("{path}.py"))]).concat();
    let there = |(root, path): &&(&str, String)| known.lies(&format!("{root}{path}"));
    let found: Vec<_> = places.iter().filter(there).collect();
    match found[..] {
        [(root, path)] => {
            wheel.add_all(&format!("{root}{path}"), path, |_| true);
        }
        [] => wheel.stops(known, "project.name", format!("flit finds no module `{name}`")),
        _ => wheel.stops(known, "project.name", format!("flit finds several modules `{name}`")),
    }
    if let Some(folder) = known.text("tool.flit.external-data.directory") {
        wheel.add_data("data", &plain(&folder));
    }
}
