//! `stance man`: the manual pages.

use std::fs;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::args::{Cli, ManArgs};
use crate::output::write_file;
use crate::{Outcome, Streams};

pub(super) fn run(args: &ManArgs, streams: &mut Streams<'_>) -> Result<Outcome> {
    let mut command = Cli::command();
    // Spells out the subcommands' full names, as the pages show them.
    command.build();
    let Some(folder) = &args.output else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        streams.stdout.write_all(&page)?;
        streams.stdout.flush()?;
        return Ok(Outcome::Done);
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut pages = vec![command];
    while let Some(page_of) = pages.pop() {
        pages.extend(page_of.get_subcommands().filter(|c| c.get_name() != "help").cloned());
        let name = page_of.get_display_name().unwrap_or(page_of.get_name()).to_owned();
        let mut page = Vec::new();
        Man::new(page_of).render(&mut page)?;
        write_file(&folder.join(format!("{name}.1")), &page, args.force.into())?;
    }
    Ok(Outcome::Done)
}
