# Completion of corpus in fish 3.1 or newer. Put this line in ~/.config/fish/config.fish:
#   corpus completion fish | source
function __corpus_completion
    set -l line (commandline -cp | string collect)
    set -l lines (_CORPUS_COMPLETE=fish COMP_LINE=$line corpus 2>/dev/null)
    if test "$lines[1]" = file
        __fish_complete_path (commandline -ct | string unescape)
    else
        string join \n -- $lines[2..]
    end
end
complete --command corpus --no-files --keep-order --arguments '(__corpus_completion)'
