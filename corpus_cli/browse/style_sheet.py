"""How the widgets of the app are laid out, as style sheets."""

WIDE = 150
"""The width from which on there is room for three panes."""

BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (WIDE, "-wide")]
"""The widths from which on there is room for one, two and three panes."""

STYLES = """
Screen { layout: vertical; }
#query { height: 1; border: none; padding: 0 1; background: ansi_default; }
#query:focus { border: none; }
#top { height: 1; }
#prompt { width: 2; color: ansi_blue; text-style: bold; padding: 0 0 0 1; }
#filters { height: 1; display: none; overflow-x: auto; scrollbar-size: 0 0; }
#filters.-some { display: block; }
FilterChip {
  width: auto; height: 1; margin: 0 0 0 1; padding: 0 1;
  background: ansi_blue; color: ansi_bright_white;
}
FilterChip:focus { text-style: bold underline; }
App:nocolor FilterChip { text-style: underline; }
#panes { height: 1fr; border-top: solid ansi_bright_black; }
#facets, #results, #article {
  height: 1fr; border: none; padding: 0 1; background: ansi_default;
  overflow-y: scroll; scrollbar-size-vertical: 1;
}
OptionList, OptionList:focus { border: none; background: ansi_default; }
OptionList > .option-list--option-hover { background: ansi_default; }
OptionList > .option-list--option-highlighted,
OptionList:focus > .option-list--option-highlighted
  { background: ansi_blue; color: ansi_bright_white; text-style: none; }
App:nocolor OptionList > .option-list--option-highlighted { text-style: underline; }
App:nocolor OptionList:focus > .option-list--option-highlighted { text-style: underline; }
App:nocolor Footer .footer-key--key { text-style: reverse; }
OptionList > .option-list--option-disabled { color: ansi_default; }
#facets { width: 32; display: none; border-right: solid ansi_bright_black; }
#results { width: 2fr; }
#reading { width: 3fr; border-left: solid ansi_bright_black; }
#reading:focus-within { border-left: solid ansi_blue; }
#heading { height: auto; max-height: 3; padding: 0 1; }
#results:focus, #facets:focus { scrollbar-color: ansi_blue; }
.-facets #facets { display: block; }
.-medium #facets { width: 28; }
.-narrow #facets, .-narrow #results { width: 1fr; border: none; }
.-narrow #reading { width: 1fr; display: none; border: none; }
.-narrow.-reading #reading { display: block; }
.-narrow.-reading #results { display: none; }
.-narrow.-facets #results, .-narrow.-facets #reading { display: none; }
.-wide #results { width: 60; }
.-wide #reading { width: 1fr; }
#status { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
#status.-error { color: ansi_red; text-style: bold; }
TextScreen { align: center middle; background: transparent; }
#text { width: auto; max-width: 90%; height: auto; max-height: 90%; padding: 1 2;
  border: solid ansi_blue; background: ansi_default; }
#text Static { width: auto; }
"""
