#compdef corpus
# Completion of corpus in zsh. Put this line in ~/.zshrc, below compinit:
#   eval "$(corpus completion zsh)"
_corpus() {
    local kind line
    local -a lines values shown ending
    lines=("${(@f)$(_CORPUS_COMPLETE=zsh COMP_LINE="${(j: :)words[1,CURRENT]}" ${words[1]} 2>/dev/null)}")
    kind=$lines[1]
    case $kind in
        file) _files; return ;;
        open) ending=(-S '') ;;
    esac
    for line in "${(@)lines[2,-1]}"; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\t'*}")
        shown+=("${line/$'\t'/  }")
    done
    (( $#values )) && compadd -U -V corpus "${ending[@]}" -l -d shown -a values
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _corpus "$@"
else
    compdef _corpus corpus
fi
