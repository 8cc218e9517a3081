//! Writes the seeds of all targets to `FOLDER/TARGET`, for cargo-fuzz: `seeds FOLDER`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use kenarc_fuzz::{TARGETS, seeds};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from).ok_or_else(|| io::Error::other("usage: seeds FOLDER"))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (target, _) in TARGETS {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        for (index, seed) in seeds::seeds(target, &root)?.iter().enumerate() {
            fs::write(folder.join(format!("seed-{index:03}")), seed)?;
        }
    }
    Ok(())
}
