package analysis

import "restage/analysis/shell"

// Program is the shell program of RUN, CMD, ENTRYPOINT or HEALTHCHECK. It is
// parsed once. The error says why there is none. Other instructions have an
// empty one.
func (s *Step) Program() (*shell.Program, error) {
	if !s.progDone {
		s.progDone = true
		in := s.Instruction
		if in.Sub != nil {
			in = in.Sub
		}
		if in.Name != "RUN" && in.Name != "CMD" && in.Name != "ENTRYPOINT" {
			s.program = &shell.Program{}
		} else if s.OtherShell && in.JSON == nil {
			s.progErr = errOtherShell
		} else {
			s.program, s.progErr = shell.Parse(s.Stage.facts.Doc, in, s.Shell)
		}
	}
	return s.program, s.progErr
}

// Commands are the simple commands of the step's program; none when it cannot
// be read as a POSIX shell program.
func (s *Step) Commands() []*shell.Command {
	p, err := s.Program()
	if err != nil || p == nil {
		return nil
	}
	return p.Commands
}
