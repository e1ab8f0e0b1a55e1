//! Ports: a free one, and the ones that stay the same from one `up` to the next.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A port that nobody listens on right now.
pub fn free() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

/// The ports of `up`, so that bookmarks and pasted commands go on working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Remembered {
    pub gateway: u16,
    pub signalwire: u16,
    pub clerk: u16,
    pub postgres: u16,
    pub aws: u16,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { gateway: 8787, signalwire: 8788, clerk: 8789, postgres: 8790, aws: 8791 }
    }
}

impl Remembered {
    /// Reads the ports of the last time, replaces those that are taken, and writes them down.
    pub fn claim(file: &Path) -> Result<Self> {
        let mut ports: Self = match std::fs::read_to_string(file) {
            Ok(text) => serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
        };
        let Self { gateway, signalwire, clerk, postgres, aws } = &mut ports;
        for (name, port) in [
            ("the gateway", gateway),
            ("the SignalWire simulator", signalwire),
            ("the Clerk simulator", clerk),
            ("Postgres", postgres),
            ("the SQS server", aws),
        ] {
            if TcpListener::bind(("127.0.0.1", *port)).is_err() {
                let taken = std::mem::replace(port, free()?);
                println!("Port {taken} is taken; {name} uses {port} from now on (.dev/ports.json).");
            }
        }
        std::fs::write(file, serde_json::to_string_pretty(&ports)? + "\n")?;
        Ok(ports)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_replaced_and_the_others_are_remembered() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("ports.json");
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let [signalwire, clerk, postgres, aws] = std::array::from_fn(|_| free().unwrap());
        let before = Remembered { gateway: port, signalwire, clerk, postgres, aws };
        std::fs::write(&file, serde_json::to_string(&before).unwrap()).unwrap();

        let claimed = Remembered::claim(&file).unwrap();

        assert_ne!(claimed.gateway, port);
        assert_eq!(Remembered { gateway: port, ..claimed.clone() }, before);
        assert_eq!(Remembered::claim(&file).unwrap(), claimed);
    }
}
