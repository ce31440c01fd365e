# Completion of corpus in bash 4.4 or newer. Put this line in ~/.bashrc:
#   eval "$(corpus completion bash)"
_corpus_completion() {
    local kind
    mapfile -t COMPREPLY < <(
        _CORPUS_COMPLETE=bash COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORD="$2" "$1" 2>/dev/null
    )
    kind=${COMPREPLY[0]}
    COMPREPLY=("${COMPREPLY[@]:1}")
    case $kind in
        file) COMPREPLY=() && compopt -o default ;;
        open) compopt -o nospace ;;
    esac
}
complete -o nosort -F _corpus_completion corpus
