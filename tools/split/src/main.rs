//! `split IN OUT_DIR MAIN_OUT NAME`: cuts the linked WASM `IN` at its split points. The parts and the script that
//! loads them go to `OUT_DIR`, the part that every page needs to `MAIN_OUT`, still to be seen by wasm-bindgen under
//! the name `NAME`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_split_cli_support::{Options, transform};

/// The names that Leptos' server looks for when it tells browsers what to load early.
const LOADER: &str = "./__wasm_split.______________________.js";
const MANIFEST: &str = "__wasm_split_manifest.json";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, main_out, name] = args.as_slice() else {
        return Err("usage: split IN OUT_DIR MAIN_OUT NAME".into());
    };
    let out_dir = Path::new(out_dir);
    let parts = split(&fs::read(input)?, out_dir, Path::new(main_out), name)?;
    for part in parts {
        let small = without_custom_sections(&fs::read(&part)?).ok_or("a part is not WASM")?;
        fs::write(&part, small)?;
    }
    Ok(())
}

/// Writes everything; gives the files of the parts.
fn split(wasm: &[u8], out_dir: &Path, main_out: &Path, name: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let main_module = format!("./{name}.js");
    let mut options = Options::new(wasm);
    options.output_dir = out_dir;
    options.main_out_path = main_out;
    options.main_module = &main_module;
    options.link_name = LOADER;
    let split = transform(options)?;
    fs::write(out_dir.join(MANIFEST), manifest(split.prefetch_map.into_iter().collect()))?;
    Ok(split.split_modules)
}

/// `{"split point":["file",…],…}`, in order. All names are ASCII words, so Rust's quoting is JSON's.
fn manifest(mut files: Vec<(String, Vec<String>)>) -> String {
    files.sort();
    let entries: Vec<String> = files.iter().map(|(split, files)| format!("{split:?}:{files:?}")).collect();
    format!("{{{}}}\n", entries.join(","))
}

/// Names and tool stamps are custom sections (id 0); no browser needs them. `None` if this is not WASM.
fn without_custom_sections(wasm: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = wasm.split_at_checked(8)?;
    let mut kept = header.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (len, len_bytes) = leb128(after_id)?;
        let section_len = 1 + len_bytes + len;
        if *id != 0 {
            kept.extend_from_slice(rest.get(..section_len)?);
        }
        rest = rest.get(section_len..)?;
    }
    Some(kept)
}

/// The number at the start, and the bytes that it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}
