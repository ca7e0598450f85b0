;; Takes the quick fix and "optimize" as a user does, and prints what it sees.
;; Runs on Emacs 28 and later without a terminal.  -*- lexical-binding: t -*-

(require 'seq)
(setq make-backup-files nil create-lockfiles nil)

(defun drive-out (format &rest args)
  (princ (concat (apply #'format format args) "\n")))

(defun drive-wait (what condition)
  (let ((end (+ (float-time) 20)))
    (while (not (funcall condition))
      (when (> (float-time) end) (error "waited in vain: %s" what))
      (accept-process-output nil 0.05)
      (sit-for 0.02))))

(defun drive-choose (beginning)
  "Choose from the menu of code actions the title with this BEGINNING."
  (let ((before (buffer-string))
        (last-nonmenu-event ?a)         ; a key, so that the menu is in the minibuffer
        (eglot-confirm-server-edits nil)) ; nobody is here to say yes
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt items &rest _)
                 (let ((titles (all-completions "" items)))
                   (dolist (title titles) (drive-out "action %s" title))
                   (or (seq-find (lambda (title) (string-prefix-p beginning title)) titles)
                       (error "no action %s" beginning))))))
      (call-interactively #'eglot-code-actions))
    (drive-wait beginning (lambda () (not (equal before (buffer-string)))))))

(condition-case failure
    (progn
      (find-file "project/Dockerfile")
      (drive-out "mode %s" major-mode)
      (run-hooks 'post-command-hook)    ; starts what eglot-ensure put off
      (drive-wait "server" (lambda () (and (fboundp 'eglot-current-server) (eglot-current-server))))
      (flymake-start)
      (drive-wait "findings" #'flymake-diagnostics)
      (let (pin)
        (dolist (d (flymake-diagnostics))
          (drive-out "finding %d %s" (line-number-at-pos (flymake-diagnostic-beg d)) (flymake-diagnostic-text d))
          (when (string-match-p "without a version" (flymake-diagnostic-text d))
            (setq pin (flymake-diagnostic-beg d))))
        (goto-char pin))
      (drive-choose "Pin Poetry")
      (save-buffer)
      (copy-file "../project/Dockerfile" "../pinned")
      (goto-char (point-min))
      (drive-choose "Optimize")
      (save-buffer)
      (drive-wait "no findings" (lambda () (null (flymake-diagnostics))))
      (eglot-shutdown (eglot-current-server))
      (drive-out "done"))
  (error (drive-out "failed: %S" failure) (kill-emacs 1)))
