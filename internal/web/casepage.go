package web

func (s *Server) caseRoutes() []Route { return nil }
